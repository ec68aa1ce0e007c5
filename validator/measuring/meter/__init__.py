"""The meter's outside half: the recorder of what the agent says, and the judge of the recorded log."""

"""The meter outside the student's process: `recorder` writes down what the agent says, `judge` reads it."""

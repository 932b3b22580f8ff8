"""What other platforms run or read: an autograder for Gradescope, a workflow for GitHub."""

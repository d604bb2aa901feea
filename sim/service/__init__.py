"""The local authority at work: children, staff, panels and places, and the time they take."""

"""Case-management logs beside the simulation's: read, compared and exported; Witan's files in and out."""

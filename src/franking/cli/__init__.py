"""The command line: reads arguments and files, calls the pipeline, prints."""

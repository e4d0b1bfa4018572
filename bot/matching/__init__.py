"""Text -> ranked candidates -> a decision with its reasons. Pure: no clock, disk or network."""

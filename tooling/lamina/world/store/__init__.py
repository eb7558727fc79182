"""Where the records of run state lie on the disk: projections of the event log, blobs, owners, and the home of them all."""

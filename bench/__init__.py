"""The benchmark: lamina beside other tools on one configuration, in whole processes."""

"""The image and the example installation. Nothing here runs containers: their steps are run."""

"""From a crop to scores: the classifier, its contract, the prior, the correction to a person."""

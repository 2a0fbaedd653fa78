"""What the movements of a face may mean: declared rules, each with alternatives and an honest unclear."""

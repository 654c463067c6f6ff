"""What is measured in pictures: shots, motion, presence and text."""

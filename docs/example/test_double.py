import unittest

from double import double


class Double(unittest.TestCase):
    def test_numbers(self):
        self.assertEqual([double(2), double(-5)], [4, -10])

"""The platform that the tests are about: this machine's own, or a row of cross/targets.py."""

from cross.targets import selected

TARGET = selected()

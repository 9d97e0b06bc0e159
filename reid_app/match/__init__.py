"""Gallery and cross-camera matcher: tracks of all cameras in, one identity a person out."""

from .gallery import Gallery
from .matcher import Matcher
from .state import Outcome

__all__ = ["Gallery", "Matcher", "Outcome"]

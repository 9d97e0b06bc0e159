"""The cast of the demo site: who they are, what they wear, how they walk and where they go.

Everything here is invented; nobody resembles anybody. Colours are sRGB in
0..1. Lengths on clothes are heights on the average body (1.63 m tall, soles
at 0), so that one number means the same hem for everybody.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

Colour = tuple[float, float, float]


class Pattern(enum.IntEnum):
    """How a cloth is patterned; the numbers are those of the shader."""

    PLAIN = 0
    STRIPES = 1
    CHECKS = 2
    PINSTRIPES = 3
    CAMOUFLAGE = 4
    BLOCK = 5
    DOTS = 6
    SIDE_STRIPE = 7


class Closure(enum.IntEnum):
    """What runs down the front of a top; the numbers are those of the shader."""

    NONE = 0
    ZIP = 1
    BUTTONS = 2
    SUIT = 3
    VEST = 4


class Hair(enum.Enum):
    """How hair is worn."""

    BALD = "bald"
    SHORT = "short"
    BOB = "bob"
    LONG = "long"
    TAIL = "tail"
    CAP = "cap"


class Bag(enum.Enum):
    """What a person carries."""

    NONE = "none"
    BACKPACK = "backpack"
    SHOULDER = "shoulder"
    HAND = "hand"


@dataclass(frozen=True, slots=True)
class Shape:
    """A body in the terms of Anny's phenotypes, each 0..1.

    Attributes:
        gender: 0 male, 1 female.
        age: 0.33 young adult, 0.67 adult, 1 old.
        muscle: 0.5 average.
        weight: 0.5 average.
        height: 0.5 average.
        proportions: 0.5 average.
    """

    gender: float
    age: float = 0.67
    muscle: float = 0.5
    weight: float = 0.5
    height: float = 0.5
    proportions: float = 0.6


@dataclass(frozen=True, slots=True)
class Cloth:
    """A colour, and a second one where there is a pattern.

    Attributes:
        colour: Ground.
        pattern: How the second colour lies on it.
        second: Colour of the pattern.
        size: Period of the pattern in metres; for ``BLOCK`` the height where the colours meet.
    """

    colour: Colour
    pattern: Pattern = Pattern.PLAIN
    second: Colour = (1.0, 1.0, 1.0)
    size: float = 0.08


@dataclass(frozen=True, slots=True)
class Top:
    """A shirt, hoodie, jacket or coat.

    Attributes:
        cloth: What it is made of.
        hem: Height of the lower edge.
        sleeve: Length along the arm: 0 shoulder, 0.55 elbow, 1 wrist.
        loose: How far it stands off the body, metres.
        closure: What runs down the front.
        accent: Colour of zip, buttons, collar, shirt under a suit.
        logo: Side of a printed square on chest and back, metres; 0 for none.
        logo_colour: Its colour.
        hood: Whether a hood lies on the back.
        tail: Height down to which a coat hangs below the hem as a skirt; 0 for none.
    """

    cloth: Cloth
    hem: float = 0.83
    sleeve: float = 0.42
    loose: float = 0.014
    closure: Closure = Closure.NONE
    accent: Colour = (0.9, 0.9, 0.9)
    logo: float = 0.0
    logo_colour: Colour = (1.0, 1.0, 1.0)
    hood: bool = False
    tail: float = 0.0


@dataclass(frozen=True, slots=True)
class Bottom:
    """Trousers, shorts, leggings or a skirt.

    Attributes:
        cloth: What it is made of.
        hem: Height of the lower edge: 0.07 ankle, 0.45 knee.
        loose: How far it stands off the legs, metres.
        skirt: Whether it is a skirt rather than two legs.
    """

    cloth: Cloth
    hem: float = 0.07
    loose: float = 0.012
    skirt: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """Everything that a camera can see of a person.

    Attributes:
        skin: Skin colour.
        hair: How hair is worn.
        hair_colour: Its colour, or the cap's.
        top: Upper garment.
        bottom: Lower garment.
        shoes: Colour of the shoes.
        sole: Colour of their soles.
        shaft: Height of the shoes: 0.09 shoe, 0.25 boot.
        socks: Colour of bare shins below the hem, None for skin.
        bag: What is carried.
        bag_colour: Its colour.
    """

    skin: Colour
    hair: Hair
    hair_colour: Colour
    top: Top
    bottom: Bottom
    shoes: Colour
    sole: Colour = (0.85, 0.85, 0.82)
    shaft: float = 0.095
    socks: Colour | None = None
    bag: Bag = Bag.NONE
    bag_colour: Colour = (0.1, 0.1, 0.1)


@dataclass(frozen=True, slots=True)
class Gait:
    """How a person walks.

    Attributes:
        speed: Metres per second.
        stride: Factor on the swing of the legs; 1 is average.
        arms: Factor on the swing of the arms.
        lean: Lean of the trunk, degrees forward.
        sway: Sideways sway of the trunk, degrees.
        spread: Angle of the hanging arms from the body, degrees.
        toes: Feet turned out, degrees.
        bounce: Factor on knee bend while standing on the leg.
    """

    speed: float = 1.3
    stride: float = 1.0
    arms: float = 1.0
    lean: float = 2.0
    sway: float = 2.0
    spread: float = 9.0
    toes: float = 6.0
    bounce: float = 1.0


@dataclass(frozen=True, slots=True)
class Stop:
    """A point of a walk.

    Attributes:
        x: Metres east on the plan.
        y: Metres north on the plan.
        wait: Seconds spent standing there.
        facing: Direction looked at while waiting, degrees counter-clockwise from east; None keeps the heading.
        reach: Whether an arm is raised while waiting, as at a shelf or a counter.
    """

    x: float
    y: float
    wait: float = 0.0
    facing: float | None = None
    reach: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """One uninterrupted presence in the site: from the first stop to the last, then gone.

    Attributes:
        start: Seconds after the clips' start; may be negative.
        stops: At least two points.
    """

    start: float
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """One of the cast.

    Attributes:
        id: Identity in every truth file, from 1.
        name: What the person is there for; nobody here has a name.
        shape: Body.
        look: Appearance.
        gait: Walk.
        visits: When and where; later visits are returns.
    """

    id: int
    name: str
    shape: Shape
    look: Look
    gait: Gait
    visits: tuple[Visit, ...]

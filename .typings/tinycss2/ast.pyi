"""The nodes that tinycss2 makes (CSS Syntax 3, section 5): told apart by ``type``."""

from typing import Literal, TypeAlias

class Node:
    source_line: int
    source_column: int
    def serialize(self) -> str: ...

class ParseError(Node):
    type: Literal["error"]
    kind: str
    message: str

class Comment(Node):
    type: Literal["comment"]
    value: str

class WhitespaceToken(Node):
    type: Literal["whitespace"]
    value: str

class LiteralToken(Node):
    type: Literal["literal"]
    value: str
    def __init__(self, line: int, column: int, value: str) -> None: ...
    def __eq__(self, other: object) -> bool: ...  # also with its character as text
    def __hash__(self) -> int: ...

class IdentToken(Node):
    type: Literal["ident"]
    value: str
    lower_value: str
    def __init__(self, line: int, column: int, value: str) -> None: ...

class AtKeywordToken(Node):
    type: Literal["at-keyword"]
    value: str
    lower_value: str

class HashToken(Node):
    type: Literal["hash"]
    value: str
    is_identifier: bool

class StringToken(Node):
    type: Literal["string"]
    value: str
    representation: str

class URLToken(Node):
    type: Literal["url"]
    value: str
    representation: str

class UnicodeRangeToken(Node):
    type: Literal["unicode-range"]
    start: int
    end: int

class NumberToken(Node):
    type: Literal["number"]
    value: float
    int_value: int | None
    is_integer: bool
    representation: str

class PercentageToken(Node):
    type: Literal["percentage"]
    value: float
    int_value: int | None
    is_integer: bool
    representation: str

class DimensionToken(Node):
    type: Literal["dimension"]
    value: float
    int_value: int | None
    is_integer: bool
    representation: str
    unit: str
    lower_unit: str

class ParenthesesBlock(Node):
    type: Literal["() block"]
    content: list[Component]
    def __init__(self, line: int, column: int, content: list[Component]) -> None: ...

class SquareBracketsBlock(Node):
    type: Literal["[] block"]
    content: list[Component]
    def __init__(self, line: int, column: int, content: list[Component]) -> None: ...

class CurlyBracketsBlock(Node):
    type: Literal["{} block"]
    content: list[Component]
    def __init__(self, line: int, column: int, content: list[Component]) -> None: ...

class FunctionBlock(Node):
    type: Literal["function"]
    name: str
    lower_name: str
    arguments: list[Component]
    def __init__(self, line: int, column: int, name: str, arguments: list[Component]) -> None: ...

class Declaration(Node):
    type: Literal["declaration"]
    name: str
    lower_name: str
    value: list[Component]
    important: bool

class QualifiedRule(Node):
    type: Literal["qualified-rule"]
    prelude: list[Component]
    content: list[Component]

class AtRule(Node):
    type: Literal["at-rule"]
    at_keyword: str
    lower_at_keyword: str
    prelude: list[Component]
    content: list[Component] | None

# A component value: what stands in a declaration, a prelude, a function or a block.
Component: TypeAlias = (
    ParseError
    | Comment
    | WhitespaceToken
    | LiteralToken
    | IdentToken
    | AtKeywordToken
    | HashToken
    | StringToken
    | URLToken
    | UnicodeRangeToken
    | NumberToken
    | PercentageToken
    | DimensionToken
    | ParenthesesBlock
    | SquareBracketsBlock
    | CurlyBracketsBlock
    | FunctionBlock
)

# What stands in a style sheet or a block.
Content: TypeAlias = QualifiedRule | AtRule | Declaration | ParseError | Comment | WhitespaceToken

"""The tools that a planner may call: those that ship with foretell, and the caller's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from pydantic import BaseModel, ValidationError

from foretell.agent.tool_arguments import short_schema
from foretell.errors import ConfigError, ToolError
from foretell.tools.texts.marks import as_labels
from foretell.types import Hit

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

Found = tuple[str, tuple[Hit, ...]]
"""What a tool gives: the text for the model, and the hits behind it as an artifact."""
PlannerTool: TypeAlias = "BaseTool | Callable[..., object]"
"""What a model may be given to call: a LangChain tool, or a function with types and a docstring."""
TOOL_NAMES = (
    "overview",
    "search_memory",
    "read_timeline",
    "query_timeline",
    "find_moment",
    "anticipate_actions",
    "plan_steps",
    "look_at",
)


@dataclass(frozen=True, slots=True)
class OfferedTool:
    """A tool that a planner may call now.

    Attributes:
        name: What it is called by.
        description: What it does, as a model is told.
        arguments: What it takes.
        call: Carries out a call with the fields of `arguments`.
    """

    name: str
    description: str
    arguments: type[BaseModel]
    call: Callable[..., Found]

    def called(self, **given: object) -> Found:
        """Returns what a call gives, with labels in place of marks, as language models read it.

        Raises:
            ToolError: If an argument is missing or out of range, or the call fails.
        """
        try:
            checked = self.arguments.model_validate(given)
        except ValidationError as error:
            wrong = "; ".join(
                f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()
            )
            raise ToolError(f"{self.name} cannot be called so: {wrong}") from error
        fields = {name: getattr(checked, name) for name in type(checked).model_fields}
        text, hits = self.call(**fields)
        return as_labels(text), hits

    def for_chat_model(self, without: Collection[str] = ()) -> BaseTool:
        """Returns the tool as LangChain calls it.

        Args:
            without: Arguments that are not offered.
        """
        from langchain_core.tools import StructuredTool

        return StructuredTool.from_function(
            self.called,
            name=self.name,
            description=self.description,
            args_schema=short_schema(self.arguments, without),
            infer_schema=False,
            response_format="content_and_artifact",
        )


def own_tools(given: Sequence[PlannerTool]) -> list[BaseTool]:
    """Returns the caller's tools as LangChain calls them.

    A function's name, types and Google docstring become what the model is told.

    Raises:
        ConfigError: If a function says nothing of itself, or a name comes twice or is taken.
    """
    if not given:
        return []
    from langchain_core.tools import BaseTool

    tools = [one if isinstance(one, BaseTool) else _tool_of_function(one) for one in given]
    names = [*TOOL_NAMES, *(tool.name for tool in tools)]
    taken = next((name for name, count in Counter(names).items() if count > 1), None)
    if taken is not None:
        raise ConfigError(
            f"there is more than one tool of the name {taken!r}; give each a name of its own, "
            f"other than {', '.join(TOOL_NAMES)}"
        )
    return tools


def _tool_of_function(function: Callable[..., object]) -> BaseTool:
    from langchain_core.tools import StructuredTool

    try:
        return StructuredTool.from_function(
            function, parse_docstring=True, error_on_invalid_docstring=False
        )
    except (TypeError, ValueError) as error:
        name = getattr(function, "__name__", repr(function))
        raise ConfigError(
            f"the function {name} cannot be called by a model: {error}; give it a docstring that "
            "says what it does, and a type for each argument"
        ) from error

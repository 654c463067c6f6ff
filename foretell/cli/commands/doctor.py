"""The command `foretell doctor`."""

from __future__ import annotations

from foretell.cli.options import BaseUrlOption, JsonOption, LibraryOption, ModelOption


def doctor(
    library: LibraryOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what is installed and reachable, and what each missing piece would add."""
    from foretell.cli.console.findings import show_findings
    from foretell.config import load_config
    from foretell.doctor import examine

    config = load_config(library=library, model=model, base_url=base_url)
    show_findings(examine(config), as_json)

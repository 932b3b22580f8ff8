"""Buttons that open a chapter's exercise on Binder, Colab or a JupyterHub.

They are there when their addresses are, in the environment of the build:

    BOOK_REPOSITORY_URL     where the unpacked handout lies, such as https://github.com/me/course
    BOOK_REPOSITORY_BRANCH  its branch, `main` if unset
    BOOK_BINDER_URL         such as https://mybinder.org
    BOOK_COLAB_URL          such as https://colab.research.google.com
    BOOK_JUPYTERHUB_URL     a hub with nbgitpuller
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from sphinx.application import Sphinx
from sphinx.errors import ConfigError

SERVICES = {
    "Binder": "BOOK_BINDER_URL",
    "Colab": "BOOK_COLAB_URL",
    "JupyterHub": "BOOK_JUPYTERHUB_URL",
}
LOGOS = {
    "Binder": "logo_binder.svg",
    "Colab": "logo_colab.png",
    "JupyterHub": "logo_jupyterhub.svg",
}
HOSTS = {"github.com": "gh", "gitlab.com": "gl"}  # what Binder calls them


def addresses(environment: Mapping[str, str]) -> dict[str, str]:
    """Address of each service that is configured, and of the repository; empty if none is.

    Raises:
        ConfigError: a service is configured that cannot open the repository.
    """
    found = {name: environment.get(key, "").rstrip("/") for name, key in SERVICES.items()}
    found = {name: address for name, address in found.items() if address}
    if not found:
        return {}
    repository = environment.get("BOOK_REPOSITORY_URL", "").rstrip("/").removesuffix(".git")
    if not repository:
        raise ConfigError(
            "launch: BOOK_REPOSITORY_URL is missing, expected the address of the exercises."
        )
    if "Colab" in found and urlsplit(repository).netloc != "github.com":
        raise ConfigError(
            f"launch: BOOK_REPOSITORY_URL is {repository}, expected one on github.com for Colab."
        )
    branch = environment.get("BOOK_REPOSITORY_BRANCH") or "main"
    return found | {"repository": repository, "branch": branch}


def link(service: str, found: dict[str, str], notebook: str) -> str:
    """Address at which a service opens a notebook of the repository."""
    start, repository, branch = found[service], found["repository"], quote(found["branch"])
    parts = urlsplit(repository)
    path = parts.path.strip("/")
    if service == "Colab":
        return f"{start}/github/{path}/blob/{branch}/{notebook}"
    if service == "Binder":
        kind = HOSTS.get(parts.netloc)
        name = {"gh": path, "gl": quote(path, safe="")}.get(kind) or quote(repository, safe="")
        return f"{start}/v2/{kind or 'git'}/{name}/{branch}?urlpath=lab/tree/{notebook}"
    folder = path.rpartition("/")[2]
    asked = {
        "repo": repository,
        "branch": found["branch"],
        "urlpath": f"lab/tree/{folder}/{notebook}",
    }
    return f"{start}/hub/user-redirect/git-pull?{urlencode(asked, safe='/')}"


def add_buttons(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Put the buttons before the theme's own, on pages with an exercise."""
    found = app.config.book_launch
    notebook = f"exercises/{Path(page).name}.ipynb"
    if not found or not Path(app.srcdir, notebook).is_file():
        return
    buttons = [
        {
            "type": "link",
            "text": service,
            "tooltip": f"Open the exercise on {service}",
            "icon": f"_static/images/{LOGOS[service]}",
            "url": link(service, found, notebook),
        }
        for service in SERVICES
        if service in found
    ]
    group = {
        "type": "group",
        "tooltip": "Open the exercise",
        "icon": "fas fa-rocket",
        "label": "launch-buttons",
        "buttons": buttons,
    }
    context["header_buttons"].insert(0, group)


def setup(app: Sphinx) -> None:
    """Connect after the theme has made its buttons; other addresses mean other pages."""
    app.add_config_value("book_launch", lambda config: addresses(os.environ), "html", dict)
    app.connect("html-page-context", add_buttons, priority=502)

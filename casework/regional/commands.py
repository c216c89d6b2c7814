"""`casework factsheet key`: the key with which this installation signs its editions."""

import click

from casework.core import signing
from casework.core.config import load


@click.group()
def factsheet() -> None:
    """Editions of the factsheet."""


@factsheet.command("key")
def key() -> None:
    """Make the key that signs this country's editions, once, and show its public half.

    The secret half stays in the folder of the keys: copy it with the key ring, apart from the database. The public half
    goes to the regional office; it compares the fingerprint with you by telephone before it trusts it.
    """
    settings = load()
    found = signing.load(settings.publishing_key_file)
    if found is None:
        found = signing.make(settings.publishing_key_file)
        click.echo(f"A signing key was made in {settings.publishing_key_file}. Keep a copy with that of the key ring.")
    click.echo(f"Country      {settings.country}")
    click.echo(f"Public key   {found.public.text}")
    click.echo(f"Fingerprint  {signing.grouped(found.public.fingerprint)}")

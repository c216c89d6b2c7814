"""Golden vectors: what was sealed once opens for ever, and an entry of a chain keeps its code. Never change these."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from casework.core import chain, storage
from casework.core.chain import START, AuditEntry
from casework.core.storage import Place
from casework.core.vault import KeyRing, Unreadable, Vault

ORGANISATION, RECORD = UUID(int=1), UUID(int=2)
RING = KeyRing("0a1b2c3d", {"0a1b2c3d": bytes(range(32)), "4e5f6071": bytes(range(32, 64))}, chain=bytes(range(64, 96)))
VAULT = Vault(RING)
LATER = Vault(replace(RING, active="4e5f6071"))

IDENTITY = bytes.fromhex(
    "435701010a1b2c3dc8c9cacbcccdcecfd0d1d2d3b678cc63a63d2c5fde1b97250cfab7da5a06b38fb23845b0b20ab066"
    "aedd065b1ecc1eec767bc2bcbdcf40b6df3f06d98bbf6b133fe337d474188c28a68c8727fe9d80c7f31584fcabf4c403"
    "80cfd154f7530ca5c38098647bab30677db60657fc31bd817eeefc0173cd67f068883aaa0bd17568be5f3b30956fa5f7"
    "13a7beab76c284175e1b17ce2d0c31eb129e94f19d60f8d623b2facb50efa055d1e8e105b1f12696e9e30b4ea4ef0604"
    "f6c170df1416c219b07478bacd801ef82ecb22cd7dc45c586e6661cb38d220d6dec16821feb30d31e1297d34a9d15505"
    "0c11b3c84dd5f50f4e4f2ddc1fa6ce96bb6ac171e6715ff1e4b298e3c186dddb8a19426e66234c25bf3efcddb47df309"
    "f708a0b8"
)
ANEW = bytes.fromhex(
    "435701014e5f6071c8c9cacbcccdcecfd0d1d2d38c9174370abaffc75e3621945f98f5372f5dbae1a46276ba03a9d07b"
    "810a8d3ff6d2b67844f7a81901626129e0459dd3591faa85b6ed4108aea7cd45c3abfa0c5d6e9abf7ad0ebc69d4f1145"
    "d0bd8ab8a24c9426651631a703322ce483a8421d57437b76c09e383d9d5c32b2eaa46622f49be02119e65fbc3824436d"
    "b64a660ad986201b526603986ca5c991c0b7edebe59b42c7cb82ab1028ed9096b2f7e5751085d3d2b5c73bfa891e5823"
    "4940866616796c38a3d33659eb3258a8082077c8a2f35cbd286a1496d56f58eaabd7c1f2f030ff9c482f19599db2a890"
    "c8d3334f537ba3df1944493b8d7e3561338d8cdbad4f70f2505f5e8a285dd8d0d6afeeaf113a41d14ff767bc52ae7b87"
    "8d299f95"
)
LASTING = bytes.fromhex(
    "4357010100000000c8c9cacbcccdcecfd0d1d2d3010b74eda03e5d1bc5eef2ca3705ace6b8890f4c20e40528f4d79a97"
    "d0c7f2e1621c7013168e738de1d0e7c47d652bb5008d7ddd70a84afbfd945a0d3c622d464dfd80bc5d38cd77f3c1a25f"
    "c002299ce9e65221993cb78863da83e9746e72ff80aa96318b640cf60fa86ed4149c77569ed402eb5b24b3cb7847f4bf"
    "743f76b42ceef00c90ea236980c362b00902181cfb0673c1cb85e55c4d8820835cb0a4f2c89946b1b9cb35c6715889b3"
    "e58534aea6d3bbf6e64e6d5976992204e0fa5fcc54da3869579fcbca1b6e1be20e73864f0b803be4290fd7d9f3ffa984"
    "45401ca04df157b2d09db69af8eeb80da99675d3a85f5211af848195b15873d9d784c865b9aa974bf0607891a08749d0"
    "f367850b"
)
FILE = bytes.fromhex("434601010a1b2c3d000102030405060708090a0b5946d2704dfc60e4328d4e1b6594f7931532e0b18a0dee")


def test_an_envelope_of_version_1_opens() -> None:
    assert VAULT.open(IDENTITY, ORGANISATION, RECORD, "identity") == "Айгерім".encode()
    assert VAULT.open(LASTING, ORGANISATION, RECORD, "audit") == b'{"ids":[]}'


def test_sealed_anew_it_is_these_bytes() -> None:
    assert LATER.sealed_anew(IDENTITY, ORGANISATION, RECORD, "identity") == ANEW
    assert LATER.open(ANEW, ORGANISATION, RECORD, "identity") == "Айгерім".encode()
    assert LATER.sealed_anew(ANEW, ORGANISATION, RECORD, "identity") == ANEW
    assert LATER.sealed_anew(LASTING, ORGANISATION, RECORD, "audit") == LASTING
    with pytest.raises(Unreadable):
        LATER.sealed_anew(IDENTITY, ORGANISATION, RECORD, "contacts")


def test_the_keys_of_each_purpose_are_these() -> None:
    found = [VAULT.key("audit", ORGANISATION), VAULT.key("cookies"), VAULT.key("files", ORGANISATION, "0a1b2c3d")]
    assert [one.hex() for one in found] == [
        "e82d6b590bf3b9b7ab9de28de15eb0469f87ed53d0f951d180ec02d00eb4747b",
        "5fa662990cff9761b592714c809e3864c2ff8cd4396e4ccf81efca031c0b5862",
        "863cfa854d3af15dd8bf5d483b35e40da8e8ac7ac677bfb098ad188aa2678a24",
    ]


@pytest.fixture
def golden(tmp_path: Path) -> Flask:
    """An application that has nothing but these keys."""

    class Settings:
        instance = tmp_path

    app = Flask("golden")
    app.extensions.update(vault=VAULT, settings=Settings)
    return app


def test_a_stored_file_opens(golden: Flask) -> None:
    with golden.app_context():
        place = Place(ORGANISATION, "0" * 32, RECORD)
        place.path.parent.mkdir(parents=True)
        place.path.write_bytes(FILE)
        assert storage.key_id_of(place.path) == "0a1b2c3d"
        with storage.opened(place) as reader:
            assert reader.read() == b"A page."


def test_an_entry_of_a_chain_has_this_code(golden: Flask) -> None:
    with golden.app_context():
        entry = AuditEntry(
            id=UUID(int=3),
            organisation_id=ORGANISATION,
            number=1,
            at=datetime(2026, 11, 24, 3, tzinfo=UTC),
            actor_id=UUID(int=4),
            actor_role="lawyer",
            action="person:open",
            subject_kind="persons",
            subject_id=RECORD,
            details="{}",
            mac="",
        )
        code = "23509b7ea3f496ced5b61fded5cf5d560c761c5ec8caf875bbd7b7f00424327f"
        assert chain.mac_of(ORGANISATION, START, entry) == code


def test_digests_are_these() -> None:
    sealed = {"identity_sealed": IDENTITY, "contacts_sealed": None}
    now = "2:0135f5e5b0ef26895e19f8b8ecb2626905e501657773f4f754dff3750d593c1b"
    assert chain.digest_of(sealed) == now == chain.digest_of({**sealed, "identity_sealed": ANEW})
    assert chain.former_digest_of(sealed) == "8b70486caf5a9453ad8e8c48eb0f668b9c9d987b269e2e902d87f46241836a41"
    assert chain.is_former(chain.former_digest_of(sealed))
    assert not chain.is_former(now)

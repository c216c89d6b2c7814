"""How files of UNHCR's Refugee Data Finder are laid out: columns, codes, places, and the series each count is of."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

COUNTRY = "KAZ"
SMALL = 5
"""The source prints counts of 1 to 4 as 0 or as 5, so a small cell of it may be wrong by as much as this."""

FIRST_YEAR = 1951


class Layout(StrEnum):
    POPULATION = "population"
    DEMOGRAPHICS = "demographics"
    APPLICATIONS = "asylum_applications"
    DECISIONS = "asylum_decisions"
    SOLUTIONS = "solutions"


ALWAYS = ("year", "coo_name", "coo", "coo_iso", "coa_name", "coa", "coa_iso")
AGES: Mapping[str, str] = MappingProxyType(
    {"0_4": "0-4", "5_11": "5-11", "12_17": "12-17", "18_59": "18-59", "60": "60+", "other": "unknown"}
)
SEXES = MappingProxyType({"f": "F", "m": "M"})
POPULATION = MappingProxyType(
    {
        "refugees": "rdf_refugees",
        "asylum_seekers": "rdf_asylum_seekers",
        "returned_refugees": "rdf_returned_refugees",
        "idps": "rdf_idps",
        "returned_idps": "rdf_returned_idps",
        "stateless": "rdf_stateless",
        "ooc": "rdf_ooc",
        "oip": "rdf_oip",
        "hst": "rdf_hst",
    }
)
DECISIONS = MappingProxyType(
    {
        "dec_recognized": "rdf_decisions_recognised",
        "dec_other": "rdf_decisions_complementary",
        "dec_rejected": "rdf_decisions_rejected",
        "dec_closed": "rdf_decisions_closed",
        "dec_total": "rdf_decisions_total",
    }
)
SOLUTIONS = MappingProxyType(
    {
        "returned_refugees": "rdf_returned_refugees",
        "resettlement": "rdf_resettlement",
        "naturalisation": "rdf_naturalisation",
        "returned_idps": "rdf_returned_idps",
    }
)
_BY_SEX = tuple(f"{sex}_{age}" for sex in SEXES for age in (*AGES, "total"))
COLUMNS: Mapping[Layout, tuple[str, ...]] = MappingProxyType(
    {
        Layout.POPULATION: tuple(POPULATION),
        Layout.DEMOGRAPHICS: ("pop_type", "location", "loc_type", "acc_type", *_BY_SEX, "total"),
        Layout.APPLICATIONS: ("procedure_type", "app_type", "dec_level", "app_pc", "applied"),
        Layout.DECISIONS: ("procedure_type", "dec_level", "dec_pc", *DECISIONS),
        Layout.SOLUTIONS: tuple(SOLUTIONS),
    }
)
LATER = frozenset({"ooc", "oip", "hst"})
"""Columns that the source added or dropped over the years: a file may lack them."""

TYPES: Mapping[str, str] = MappingProxyType(
    {
        "REF": "rdf_refugees",
        "ROC": "rdf_refugee_like",
        "ASY": "rdf_asylum_seekers",
        "OIP": "rdf_oip",
        "STA": "rdf_stateless",
        "OOC": "rdf_ooc",
        "HST": "rdf_hst",
        "IDP": "rdf_idps",
        "RET": "rdf_returned_refugees",
        "RDP": "rdf_returned_idps",
    }
)
REGIONS: Mapping[str, str] = MappingProxyType(
    {
        "Abai Region": "KZ-10",
        "Abay Region": "KZ-10",
        "Akmola Region": "KZ-11",
        "Aktobe Region": "KZ-15",
        "Almaty Region": "KZ-19",
        "Atyrau Region": "KZ-23",
        "West Kazakhstan Region": "KZ-27",
        "Jambyl Region": "KZ-31",
        "Zhambyl Region": "KZ-31",
        "Jetisu Region": "KZ-33",
        "Zhetysu Region": "KZ-33",
        "Karaganda Region": "KZ-35",
        "Kostanay Region": "KZ-39",
        "Kyzylorda Region": "KZ-43",
        "Mangystau Region": "KZ-47",
        "Pavlodar Region": "KZ-55",
        "North Kazakhstan Region": "KZ-59",
        "Turkistan Region": "KZ-61",
        "Turkestan Region": "KZ-61",
        "Ulytau Region": "KZ-62",
        "East Kazakhstan Region": "KZ-63",
        "Astana": "KZ-71",
        "Almaty": "KZ-75",
        "Shymkent": "KZ-79",
        "Dispersed in the country / territory": "UNK",
        "Various / unknown": "UNK",
    }
)
"""Places as the source spells them. South Kazakhstan is none: it was divided in 2018."""

UNITS: Mapping[str, str] = MappingProxyType({"P": "", "C": "_cases"})
OWN_ORIGINS = MappingProxyType({"STA": "XXA", "UKN": "UNK"})
"""The source's own codes of those who are of no country, or of an unknown one."""
CODES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "procedure_type": frozenset("GUJ"),
        "app_type": frozenset({"N", "R", "A", "NA", "NR", "FA", "RA", "J", "BL", "SP", "V"}),
        "dec_level": frozenset(
            {"NA", "FI", "AR", "RA", "JR", "FA", "SP", "TP", "TA", "BL", "TR", "IN", "EO", "CA"},
        ),
        "loc_type": frozenset("URVC"),
        "acc_type": frozenset("ISPCRU"),
    }
)

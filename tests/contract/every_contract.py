"""All contracts of a ledger, for each database that it may be in."""

from tests.contract.allowances_contract import AllowancesContract
from tests.contract.cancelling_contract import CancellingContract
from tests.contract.conditions_contract import ConditionsContract
from tests.contract.evidence_contract import EvidenceContract
from tests.contract.feeds_contract import FeedsContract
from tests.contract.ledger_contract import LedgerContract
from tests.contract.migration_contract import MigrationContract
from tests.contract.packing_contract import PackingContract
from tests.contract.stops_contract import StopsContract
from tests.contract.suppression_contract import SuppressionContract


class EveryContract(
    LedgerContract,
    PackingContract,
    MigrationContract,
    SuppressionContract,
    AllowancesContract,
    CancellingContract,
    EvidenceContract,
    StopsContract,
    FeedsContract,
    ConditionsContract,
):
    """What a ledger promises."""

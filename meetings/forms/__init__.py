from .tasks import (
    AnswerForm,
    ConfirmForm,
    DropForm,
    HelpForm,
    OneLineForm,
    PassOnForm,
    ProofForm,
    PutOffForm,
    SendBackForm,
    TaskForm,
    WithdrawForm,
)

__all__ = [
    "AnswerForm",
    "ConfirmForm",
    "DropForm",
    "HelpForm",
    "OneLineForm",
    "PassOnForm",
    "ProofForm",
    "PutOffForm",
    "SendBackForm",
    "TaskForm",
    "WithdrawForm",
]

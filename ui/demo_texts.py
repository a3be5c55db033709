"""The throw-away desk: its settings, and what invented people write to it."""

from typing import Final

SETTINGS: Final = """\
[desk]
name = "Maple Street Dental"
kind = "dental"
timezone = "America/Chicago"
state = "TX"
address = "12 Maple Street, Springfield, TX"

[hours]
mon = ["08:00-17:00"]
tue = ["08:00-17:00"]
wed = ["08:00-17:00"]
thu = ["08:00-17:00"]
fri = ["08:00-13:00"]

[carrier]
kind = "test-phone"

[model]
kind = "offline"

[answering]
unattended = "approved"
"""

SAMPLES: Final = (
    ("+15125550123", "hi its dana reyes, are you open on saturday?"),
    ("+15125550145", "Hola, soy Lucía Ortega. ¿Puedo cambiar mi cita del martes?"),
    ("+15125550134", "marcus webb here. knocked my front tooth out playing hockey, its bleeding a lot"),
    ("+15125550156", "How much is a whitening? You can mail me at pat.nguyen@example.com"),
    ("+15125550167", "GET CHEAP LOANS NOW!!! click http://loans.example/win and win 5000$"),
    ("+15125550178", "STOP"),
    ("+15125550189", "I need to reschedule, dob 4/12/1987, member id BX 4471203, thanks - jo ellis"),
)

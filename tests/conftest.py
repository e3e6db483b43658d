"""What all tests share: a busy machine is no fault of what is tested."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "busy machine", suppress_health_check=[HealthCheck.too_slow], deadline=None
)
settings.load_profile("busy machine")

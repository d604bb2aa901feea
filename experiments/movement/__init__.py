"""Why a measure moved between two dates: how much came anyway, and how much of it each cause brought."""

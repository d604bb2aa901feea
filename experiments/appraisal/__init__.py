"""What an option costs and saves, year by year and fund by fund, and what its delay costs."""

"""The Department for Education's SEN2 open data, made tidy: releases, their two layouts, the import."""

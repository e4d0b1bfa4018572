"""Pictures from templates: what needs the extra ``dangbot[poster]``."""

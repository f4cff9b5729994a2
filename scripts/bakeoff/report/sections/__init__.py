"""The report's sections: one module each, one function per cell, sentences beside them."""

//! AWS calls that two or more functions share; one feature is one module is one service.

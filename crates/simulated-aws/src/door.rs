//! The two doors to the simulator: in process for the SDK, and a socket for everybody.

mod body;
mod in_process;
mod listen;

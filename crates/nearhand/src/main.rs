//! Nearhand: assembles the capabilities, the command line and the web server.
fn main() {}

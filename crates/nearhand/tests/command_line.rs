//! The command line, through the program itself, on files that are invented for it.

mod command_line {
    mod house;
    mod import;
    mod interrupted;
}

//! Power and minimal detectable effects, in closed form and by simulation.

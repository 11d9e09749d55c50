mod connected;
mod running;
mod world;

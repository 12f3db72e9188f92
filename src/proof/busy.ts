/** A thread that never rests: the neighbour on a shared machine. Whoever started it ends it. */
for (;;);

"""Words: the plain values everything else speaks in. Pure: no clock, no disk, standard library only."""

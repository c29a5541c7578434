package dev.lumiere.eventlog;

import java.io.IOException;

class SimulatedLogDeviceTest extends EventLogContract {
    private final SimulatedDisk disk = new SimulatedDisk();

    @Override
    public LogDevice device() throws IOException {
        return new SimulatedLogDevice(disk, PARTITIONS);
    }
}

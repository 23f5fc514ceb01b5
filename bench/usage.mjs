// Preloaded into every server that is measured: it tells over IPC what its process has spent and holds.
process.on('message', () => process.send({ cpu: process.cpuUsage(), memory: process.memoryUsage() }));
process.channel?.unref();

// Loaded into each service before its main.ts: when the start that spawned it is killed and can no longer end it, the
// channel between them breaks and the service ends itself in order.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
process.channel?.unref()

export {}

/** Preloaded into each gateway: tells the bench, whenever asked, the processor time used so far, in microseconds. */
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ cpu: user + system })
})
process.channel?.unref()

// Loaded before a TypeScript program: an older Node would only say that it does not know the extension ".ts".
if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(
    `This needs Node 24 and runs on ${process.version}: npm's install scripts were blocked, so the pinned Node was not unpacked. ` +
      'Run "npm rebuild node" with scripts allowed, or install Node 24.\n',
  )
  process.exit(1)
}

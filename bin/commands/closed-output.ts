/**
 * A service goes on when nobody reads its lines any more (`umbel | head`, a log collector that was restarted); without
 * this, writing to the closed pipe would end it. Commands that only print must not call it: they end with their reader.
 */
export function outliveOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
}

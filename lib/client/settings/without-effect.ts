/** Settings that will have an effect with a later version, and have none today. */
export const NOT_YET: ReadonlySet<string> = new Set(
  ['beat_enable_remote_control beat_remote_control_max_tick_age beat_sync_every beat_schedule_filename'].flatMap(
    (line) => line.split(' '),
  ),
)

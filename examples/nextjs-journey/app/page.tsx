'use client'
import { type FormEvent, useEffect, useState } from 'react'

interface Report {
  readonly state: string
  readonly progress?: { readonly percent: number } | null
  readonly result?: { readonly topic: string; readonly pages: number }
  readonly error?: string
}

const POLL_MS = 500
const ENDED = ['SUCCESS', 'FAILURE', 'REVOKED']

export default function Journey() {
  const [id, setId] = useState<string | null>(null)
  const [report, setReport] = useState<Report | null>(null)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const topic = new FormData(event.currentTarget).get('topic')
    const response = await fetch('/api/reports', { method: 'POST', body: JSON.stringify({ topic }) })
    setReport(null)
    setId(((await response.json()) as { id: string }).id) // as the route answers
  }

  useEffect(() => {
    if (id === null) return
    const timer = setInterval(async () => {
      const found = (await (await fetch(`/api/reports/${id}`)).json()) as Report // as the route answers
      setReport(found)
      if (ENDED.includes(found.state)) clearInterval(timer)
    }, POLL_MS)
    return () => clearInterval(timer)
  }, [id])

  return (
    <main>
      <form onSubmit={submit}>
        <label>
          Topic <input name="topic" required />
        </label>
        <button type="submit">Build the report</button>
      </form>
      <output>
        {id !== null && (report?.state ?? 'SENT')} {report?.progress && `${report.progress.percent} %`}
        {report?.result && `${report.result.pages} pages on ${report.result.topic}`} {report?.error}
      </output>
    </main>
  )
}

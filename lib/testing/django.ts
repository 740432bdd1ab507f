/** The Django project of tests/compat on a database: its tables, its ORM, its beat. */
import { type ChildProcess, spawn } from 'node:child_process'
import { pythonPath, runPython } from './celery.ts'
import { stopChild } from './stop-child.ts'

export interface DjangoOptions {
  readonly database: string
  readonly broker?: string
  /** Naive times in this zone (USE_TZ = False); UTC with zones when it is left out. */
  readonly naiveZone?: string
}

function envOf({ database, naiveZone }: DjangoOptions): Record<string, string> {
  return {
    UMBEL_TEST_DATABASE: database,
    DJANGO_SETTINGS_MODULE: 'django_proj.settings',
    ...(naiveZone !== undefined && { UMBEL_TEST_USE_TZ: '0', UMBEL_TEST_TIME_ZONE: naiveZone }),
  }
}

const SETUP = `
import datetime, json, django
django.setup()
from django.core.management import call_command
from django.utils import timezone
from django_celery_beat.models import *
`

/** Runs a program (text) with Django set up and the models of django-celery-beat imported; gives back what it printed. */
export function runDjango(options: DjangoOptions, program: string): Promise<string> {
  return runPython(SETUP + program, { broker: options.broker ?? 'memory://', env: envOf(options) })
}

export interface DjangoBeat {
  output(): string
  stop(): Promise<void>
}

/** `celery beat -S django`, the real one. */
export function startDjangoBeat(options: DjangoOptions & { readonly broker: string }): DjangoBeat {
  const args = [
    '-m',
    'celery',
    '-A',
    'django_proj',
    'beat',
    '-S',
    'django',
    '-l',
    'DEBUG',
    '--pidfile=',
    '--max-interval',
    '1',
  ]
  const child: ChildProcess = spawn(pythonPath(), args, {
    cwd: new URL('../../tests/compat/', import.meta.url).pathname,
    env: { ...process.env, ...envOf(options), PYTHONDONTWRITEBYTECODE: '1', UMBEL_TEST_BROKER: options.broker },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  return {
    output: () => text,
    stop: () => stopChild(child),
  }
}

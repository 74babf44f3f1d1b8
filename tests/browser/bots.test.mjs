// The security check before a form: with script it works by itself, without script one waits.

import assert from "node:assert/strict";
import { test } from "node:test";

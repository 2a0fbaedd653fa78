/** The shapes of what the server sends, as types: nothing of this file runs. */

/** @typedef {[number, number, number, number]} Box x, y, width and height in the frame's pixels */
/** @typedef {Record<string, number>} Scores a probability for each expression */

/**
 * One face of an observation.
 * @typedef {object} Reading
 * @property {number} id
 * @property {Box} box
 * @property {string} expression what is shown
 * @property {number} confidence 0 to 1
 * @property {string} [doubt] why it is unclear, if it could be judged
 * @property {Scores} [scores] of this frame alone
 * @property {Scores} [smooth] of about the last second
 * @property {{ ok: boolean, reason: string | null }} quality
 */

/**
 * One observation of a session. A live one has all of these, a stored one its time and faces.
 * @typedef {object} Row
 * @property {number} t seconds of the session
 * @property {Reading[]} faces
 */

/**
 * What the session costs.
 * @typedef {object} Load
 * @property {number} readings a second
 * @property {number} looks a second, between readings
 * @property {number} wanted looks a second that the session asks for now
 * @property {number} core share of one core
 */

/** @typedef {Row & { n: number, at: string, session: string, effort?: Load }} LiveRow n: its number, from 1 */

/**
 * A session's shares, counted by the server.
 * @typedef {object} FaceFigures
 * @property {Record<string, string>} shares in words, by expression
 * @property {string} of what they are shares of
 * @property {string} words
 */

/**
 * @typedef {object} Figures
 * @property {number} seconds that were watched
 * @property {number} observations
 * @property {string} counted
 * @property {string} beside
 * @property {FaceFigures} all
 * @property {Record<string, FaceFigures>} faces by the face's number
 */

/**
 * What goes on, as the server last said it. Before it said anything only kind and message are there.
 * @typedef {object} State
 * @property {string} kind connecting, idle, starting, watching, paused, lost, stopped, finished, failed or away
 * @property {string} message a sentence for the person, or empty
 * @property {string | null} [session]
 * @property {string | null} [source]
 * @property {number} [hz] observations a second; 0 is every frame
 * @property {string} [faces] own or all
 * @property {number} [motion] looks a second at what moves
 * @property {string | null} [hand_on] the virtual camera that gets the picture
 * @property {string | null} [started_at] ISO 8601
 * @property {boolean} [practice] whether it is for the practice page alone, and never stored
 * @property {boolean} [is_call] whether a call is watched, which has a page of its own
 * @property {boolean} [recorded] whether times are a file's own
 * @property {string} [paused_because]
 * @property {boolean} [camera_away] whether it is paused until the page with the browser's camera is back
 * @property {boolean} [puzzled] whether somebody in view may be the person, and is not followed
 * @property {string} [title]
 * @property {number | null} [limit] minutes after which the session ends
 * @property {{ t: number, text: string }[]} [markers]
 * @property {string} [prior]
 * @property {{ version: number, origin: string } | null} [fit]
 * @property {Figures | null} [figures]
 * @property {string} [saving] whether the session is being saved, in words
 * @property {string | null} [save_trouble] a sentence
 */

/**
 * A movement of the face, each value 0 to 1; rest is null until it is measured. level: as "a little more", empty as at rest.
 * @typedef {{ part: string, name: string, value: number, rest: number | null, low: number, high: number, level: string }} MovementView
 */

/**
 * What an observation shows of the person who practises.
 * @typedef {object} PracticeView
 * @property {number} t seconds of the session
 * @property {string} face what its parts show, a sentence
 * @property {string} spoken the same without how far
 * @property {string | null} expression null where no face can be read
 * @property {number} confidence
 * @property {Record<string, { now: number, low: number, high: number }>} scores by expression
 * @property {MovementView[]} movements
 * @property {number | null} resting seconds for which the face is still measured at rest
 */

/** @typedef {"seen" | "masked" | "away" | "waiting"} PersonState whether somebody on a call is looked at now */

/**
 * A movement that a face makes now. words: as after a name; began: seconds of the session; strength: 0 to 1.
 * @typedef {{ name: string, words: string, began: number, seconds: number, strength: number }} ShownMovement
 */

/**
 * One meaning that a face may have.
 * @typedef {object} PossibleReading
 * @property {string} id
 * @property {string} name
 * @property {string} meaning a sentence
 * @property {string} strength weak, some or clear: how many of its signs were seen
 * @property {string[]} why sentences; what else it can mean is among them
 * @property {string[]} alternatives
 * @property {boolean} validated whether it was compared with people's answers
 */

/**
 * Somebody on a call who agreed, or the user (person 0).
 * @typedef {object} CallPerson
 * @property {number} person
 * @property {number} number of the face
 * @property {string} name the user's word for them
 * @property {PersonState} state
 * @property {string | null} why a short phrase, for every state but seen
 * @property {number | null} t of the newest sample, in seconds of the session
 * @property {number | null} age of the newest sample, in seconds
 * @property {number | null} learning share of the face at rest that is known; null once all of it is
 * @property {ShownMovement[]} shows
 * @property {{ name: string, words: string, reason: string }[]} unknown movements that cannot be told
 * @property {string | null} unclear why the face cannot be read at all
 * @property {{ t: number, unclear: string | null, readings: PossibleReading[] } | null} possible
 */

/** @typedef {{ tile: number, box: Box, person: number | null, suggested: number | null }} CallTile suggested: who was there before */
/** @typedef {{ participant: number, name: string, video: boolean, person: number | null }} RosterEntry somebody on Zoom's list */

/**
 * A call session: who is in it, and what their faces show.
 * @typedef {object} CallView
 * @property {"work" | "private"} mode
 * @property {boolean} meanings_on whether possible readings are told
 * @property {"tiles" | "names"} by how the user says who is who
 * @property {string} told how a stream stands, a sentence; empty while pictures may come
 * @property {boolean} is_demo whether its people are drawn
 * @property {number} layout number of the layout that `tiles` belong to
 * @property {[number, number] | null} size width and height of the frame that `tiles` are in
 * @property {CallTile[]} tiles
 * @property {RosterEntry[]} roster
 * @property {CallPerson[]} people
 */

/** @typedef {{ index: number, name: string, path: string | null, virtual: boolean }} Camera */

/**
 * Rows of a stored session.
 * @typedef {object} StoredRows
 * @property {Row[]} rows
 * @property {number} hz how often there is a row, after the server has thinned them
 * @property {number} total observations before
 * @property {number} every one row for so many of them
 * @property {{ from: number, to: number, why: string }[]} gaps
 */

/** @typedef {[number, number]} Range from and to, in seconds of the session */

/** @typedef {(sentence: string | null | undefined) => void} ShowProblem shows a sentence until the next; null takes it away */

/**
 * A video that is analysed.
 * @typedef {object} Job
 * @property {string} id
 * @property {string} name
 * @property {string} kind
 * @property {string} message
 * @property {string} words
 * @property {number} done frames
 * @property {number} total frames; 0 if unknown
 * @property {number | null} left seconds
 * @property {string | null} session
 * @property {boolean} again whether it can go on
 * @property {boolean} under_way
 * @property {string[]} files their formats
 */

/** @typedef {{ what: string, seconds: number, words: string }} AlertWish what to notice, for how long, and the person's sentence */

/**
 * An answer of the server: error, a sentence, is there when it refused, else the fields that were asked for.
 * @typedef {{ error?: string } & Record<string, any>} Answer
 */

export {};

/**
 * What a ribbon shows, column by column.
 * @typedef {object} RibbonRow
 * @property {number | null} face
 * @property {number[]} words
 * @property {number[]} sure
 * @property {[number, number, string][]} unclear first column, column after the last, why
 */

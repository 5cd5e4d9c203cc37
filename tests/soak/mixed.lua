-- wrk -s mixed.lua URL -- OFTEN RARELY TOKENS SEED: random requests of two files of bodies, a body a line, by random
-- callers of a file of tokens, of whom the first few ask the most. @I in a body becomes a number, @N a small one, @W a word.
local FEW = 8
local often, rarely, tokens = {}, {}, {}

local function lines(path, into)
  for line in io.lines(path) do
    into[#into + 1] = line
  end
end

function init(args)
  lines(args[1], often)
  lines(args[2], rarely)
  lines(args[3], tokens)
  math.randomseed(tonumber(args[4]))
  for at, token in ipairs(tokens) do
    tokens[at] = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. token }
  end
end

local function value(kind)
  if kind == "I" then
    return tostring(math.random(1, 1000000))
  elseif kind == "N" then
    return tostring(math.random(1, 60))
  end
  local letters = {}
  for at = 1, math.random(3, 12) do
    letters[at] = string.char(math.random(97, 122))
  end
  return table.concat(letters)
end

function request()
  local bodies = math.random() < 0.9 and often or rarely
  local body = bodies[math.random(#bodies)]:gsub("@([INW])", value)
  local callers = math.random() < 0.7 and math.min(FEW, #tokens) or #tokens
  return wrk.format("POST", "/graphql", tokens[math.random(callers)], body)
end

function done(summary)
  local errors = summary.errors
  io.write(string.format(
    '\n@@{"requests":%d,"seconds":%.3f,"broken":%d,"refused":%d}\n',
    summary.requests, summary.duration / 1e6,
    errors.connect + errors.read + errors.write + errors.timeout, errors.status))
end

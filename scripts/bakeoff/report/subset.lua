-- The part of Quarto's cross-references and callouts that our reports use, for pandoc.
-- It numbers figures, tables and sections, links @fig-, @tbl- and @sec- to them, and
-- turns callout divisions into titled boxes. An unknown reference is an error.

local words = { fig = "Figure", tbl = "Table", sec = "Section" }
local titles = {
  note = "Note", tip = "Tip", warning = "Warning", important = "Important", caution = "Caution",
}
local numbers = {}
local counts = { fig = 0, tbl = 0 }
local depth = { 0, 0, 0, 0, 0, 0 }

-- Words of another language, by Quarto's names for them.
local function speak(meta)
  for name, word in pairs(meta.language or {}) do
    local kind = name:match("^crossref%-(%a+)%-prefix$")
    local box = name:match("^callout%-(%a+)%-title$")
    if kind then
      words[kind] = pandoc.utils.stringify(word)
    elseif box then
      titles[box] = pandoc.utils.stringify(word)
    end
  end
end

local function raw(html)
  return pandoc.RawBlock("html", html)
end

local function number_section(header)
  if header.classes:includes("unnumbered") then
    return
  end
  depth[header.level] = depth[header.level] + 1
  for level = header.level + 1, 6 do
    depth[level] = 0
  end
  local parts = {}
  for level = 1, header.level do
    if #parts > 0 or depth[level] > 0 then
      parts[#parts + 1] = tostring(depth[level])
    end
  end
  numbers[header.identifier] = table.concat(parts, ".")
end

local function number_float(div)
  for kind, _ in pairs(titles) do
    if div.classes:includes("callout-" .. kind) then
      return div, false -- a callout's title is no section
    end
  end
  local kind = div.identifier:match("^(%a+)%-")
  if counts[kind] then
    counts[kind] = counts[kind] + 1
    numbers[div.identifier] = tostring(counts[kind])
  end
end

local function float(div)
  local kind = div.identifier:match("^(%a+)%-")
  if not counts[kind] then
    return nil
  end
  local prefix = { pandoc.Str(words[kind] .. "\u{a0}" .. numbers[div.identifier] .. ":"), pandoc.Space() }
  local content, caption = pandoc.Blocks({}), pandoc.Inlines(prefix)
  for _, block in ipairs(div.content) do
    if block.t == "Div" and block.classes:includes("caption") then
      caption:extend(pandoc.utils.blocks_to_inlines(block.content))
    else
      content:insert(block)
    end
  end
  local captioned = { raw("<figcaption>"), pandoc.Plain(caption), raw("</figcaption>") }
  local opened = raw('<figure id="' .. div.identifier .. '" class="float-' .. kind .. '">')
  local result = pandoc.Blocks({ opened })
  -- Quarto's places: above a table, below a figure.
  if kind == "tbl" then
    result:extend(captioned)
    result:extend(content)
  else
    result:extend(content)
    result:extend(captioned)
  end
  result:insert(raw("</figure>"))
  return result
end

local function callout(div)
  for kind, default in pairs(titles) do
    if div.classes:includes("callout-" .. kind) then
      local title = { pandoc.Str(default) }
      if #div.content > 0 and div.content[1].t == "Header" then
        title = div.content[1].content
        div.content:remove(1)
      end
      return pandoc.Div({
        pandoc.Div({ pandoc.Plain(title) }, pandoc.Attr("", { "callout-title" })),
        pandoc.Div(div.content, pandoc.Attr("", { "callout-body" })),
      }, pandoc.Attr(div.identifier, { "callout", "callout-" .. kind }))
    end
  end
end

local function reference(cite)
  local id = cite.citations[1].id
  local kind = id:match("^(%a+)%-")
  if #cite.citations ~= 1 or not numbers[id] or not words[kind] then
    error("the reference @" .. id .. " leads nowhere")
  end
  return pandoc.Link({ pandoc.Str(words[kind] .. "\u{a0}" .. numbers[id]) }, "#" .. id)
end

return {
  { Meta = speak },
  { traverse = "topdown", Header = number_section, Div = number_float },
  { Div = function(div) return float(div) or callout(div) end, Cite = reference },
}

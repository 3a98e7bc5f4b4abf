"""Captions of the eight events. The in-between captions pair storm/harbour, parade/football, accident/fire, concert/night."""
from __future__ import annotations

import re

from word_pieces import typo

LISTS = {
    "big": "huge|enormous|towering|wild|violent|monstrous|furious",
    "calm": "calm|still|peaceful|gentle|quiet|soft",
    "boat": "boat|trawler|ship|yacht|fishing boat|ferry|sloop|cutter",
    "people": "people|everybody|families|children|visitors|neighbours|the whole town|strangers|hundreds of people",
    "place": "the old town|Mill Street|the market square|the north side|Station Road|the river bank|the lower town|our village|the ring road|Harbour Lane",
    "when": "this morning|today|tonight|just now|an hour ago|this evening|right now|since noon|at dawn|earlier",
    "team": "Rovers|United|the Blues|the home side|the Foxes|Athletic|the visitors|Harbour City",
    "player": "the captain|the striker|the keeper|number nine|the young winger|their defender",
    "artist": "the Paper Foxes|Lena Marlow|Blue Harbour|the Night Bakers|Silver Heron|the Velvet Owls|Kaya Lund",
    "instrument": "guitar|drum|bass|keyboard|saxophone",
    "adjective": "unbelievable|incredible|something else|quite a sight|hard to describe|one to remember|strange|beautiful in its way",
    "animal": "owl|fox|cat|dog|hedgehog|deer",
}
LISTS = {k: v.split("|") for k, v in LISTS.items()}

CLEAR = {
    "storm at sea": "{big} waves throw the {boat} about|lightning over the open sea {when}|the {boat} fights through a {big} gale|thunder and spray, the crew holds on|storm warning for all ships {when}|waves break over the deck of the {boat}|mayday from a {boat} in the storm|force ten winds far from the coast|rain and foam, no horizon left|a {big} swell and lightning above the {boat}",
    "harbour morning": "{calm} morning in the harbour|fishermen unload their catch {when}|gulls circle over the quay|the {boat} lies moored at the pier|coffee by the harbour while the boats come in|sunrise over the masts|nets drying on the quay, {calm} water|the fish market opens by the docks|sails are hoisted in the {calm} bay at dawn|coloured houses along the quay at sunrise",
    "street parade": "the marching band passes through {place}|confetti and balloons on {place}|carnival parade {when}|floats and costumes roll down {place}|majorettes and drums lead the procession|flags and bunting all along {place}|the brass band marches in red uniforms|children wave flags at the parade|a carnival float with dancers in {place}|the procession with its drums reached {place}",
    "traffic accident": "two cars collided on {place}|a crash blocks the crossing at {place}|an ambulance takes the driver to hospital|broken glass and a dented bumper on {place}|police close the road after a collision|a van ran into a parked car {when}|pile-up with three cars on {place}|the driver braked too late and hit the taxi|tow truck is on its way to {place} after the crash|car wreck on {place}, long traffic jam",
    "forest fire": "the forest is burning behind {place}|flames leap from tree to tree|a wildfire spreads through the pines {when}|the woods are on fire, ash is falling|planes drop water on the burning forest|the wildfire jumps the road, trees ablaze|smoke from the burning woods over {place}|dry pines catch fire {when}|the blaze has eaten half the forest|embers fly over the burning hillside",
    "concert": "{artist} on stage {when}|the {instrument} solo brings the house down|the band plays an encore|stage lights and a thundering {instrument}|singing along with {artist}|front row at the {artist} concert|the singer dives into the crowd|sold-out gig of {artist} {when}|amplifiers up, {artist} begin their set|live music with {artist}, what a {instrument} sound",
    "football match": "{team} score in the last minute|goal for {team}|{player} misses the penalty|red card for {player} of {team}|the referee blows for half time|{team} against {team}, still nil nil|a corner kick for {team}|{player} heads the ball into the net|free kick just outside the box|extra time in the cup final of {team}",
    "quiet night": "stars over the sleeping village|the moon above a {calm} valley|an {animal} calls somewhere in the dark|crickets and moonlight, nothing else|everyone is asleep, one window is lit|a {calm} night under the stars|fireflies over the meadow, no wind|the whole valley sleeps|midnight, only an {animal} on the path|moonlight on the roofs, not a sound",
}
SHARED = {
    ("storm at sea", "harbour morning"): "the {boat} on the water {when}|a {boat} comes in from the sea|the skipper looks at the sky|wind from the west, the {boat} is out|sailors {when} on the {boat}|a day by the sea|salt on the lips and rope in the hand|the {boat} has been out since dawn",
    ("street parade", "football match"): "{people} cheer and wave their scarves|{people} in bright colours, drums and shouting|a great crowd {when}, everybody sings|flags everywhere, {people} dance for joy|the fans came in their colours|the crowd goes wild {when}|we stood in the crowd and shouted ourselves hoarse|{people} clap in time, what a party",
    ("traffic accident", "forest fire"): "sirens near {place}, please keep away|firefighters at work {when}|rescue teams rush to {place}|smoke over {place}, the road is closed|emergency services are on the scene|{people} were brought to safety {when}|a helicopter circles above {place}|two injured, the fire brigade is there",
    ("concert", "quiet night"): "a warm night out {when}|we stayed up late under the open sky|lights in the dark {when}|a summer night to remember|lying in the grass in the dark, listening|late at night with friends|what a night|the evening air and the sounds in the dark",
}
VAGUE = "you should have been here|look at this|no words|{when} in {place}|this is {adjective}|never seen anything like it|it was {adjective} {when}|wish you were here|sent from my phone|{people} are talking about it|i cannot believe this|so this happened {when}|filmed it {when}|here is the picture from {when}".split("|")
BEFORE = ["wow,", "news:", "update:", "look,", "hey,", "hello from {place}:", "so,", "live:", "just in:", "um,"]
AFTER = ["this is {adjective}", "it was {adjective}", "more later", "i am here with {people}", "photo by me", "{when}", "can you hear it?", "what do you think?", "in {place}"]


def _fill(text, rng):
    for _ in range(3):
        text = re.sub(r"\{(\w+)\}", lambda m: str(rng.choice(LISTS[m.group(1)])), text)
    return text


def caption_of(event, kind, rng):
    """kind: 'clear', 'shared' or 'broken' (says nothing, or is empty)."""
    if kind == "broken":
        text = "" if rng.random() < 0.25 else _fill(str(rng.choice(VAGUE)), rng)
    elif kind == "shared":
        both = next(v for k, v in SHARED.items() if event in k)
        text = _fill(str(rng.choice(both.split("|"))), rng)
    else:
        text = _fill(str(rng.choice(CLEAR[event].split("|"))), rng)
    if text and rng.random() < 0.3:
        text = _fill(f"{rng.choice(BEFORE)} {text}", rng)
    if text and rng.random() < 0.4:
        text = _fill(f"{text}, {rng.choice(AFTER)}", rng)
    if rng.random() < 0.3:
        text = typo(text, rng, 0.05)
    return text[:1].upper() + text[1:] if rng.random() < 0.6 else text

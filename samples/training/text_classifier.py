"""samples/text-classifier: what does a message to the smart home want?   python text_classifier.py [train|reference|all]"""
from __future__ import annotations

import json
import re
import sys

import numpy as np
import torch
from tokenizers import Tokenizer

from features import softmax
from fitting import SAMPLES, accuracy, calibrate, confusions, export, fit, predict, ranked, session_for, versions
from networks import TextNet
from word_pieces import batch_of, tokens_of, train_tokenizer, typo

FOLDER = SAMPLES / "text-classifier"
TRAIN, CHECK, HELD_OUT = 9000, 600, 1500

WORDS = {
    "room": "kitchen|living room|bedroom|bathroom|hallway|garage|study|attic|basement|porch|dining room|nursery|office|guest room|garden|balcony|laundry|stairs|workshop|kids' room",
    "light": "light|lights|lamp|lamps|ceiling light|spotlights|reading lamp|bulbs|floor lamp|fairy lights|chandelier|LED strip",
    "colour": "red|blue|green|warm white|purple|orange|amber|pink|turquoise|cold white|candle yellow|violet",
    "percent": "10 percent|20%|30 percent|half|50%|70 percent|75%|full|a quarter|90%",
    "degrees": "18|19|20|21|22|23|17.5|20.5|sixteen|twenty|twenty-two|eighteen",
    "minutes": "two|three|5|seven|8|10|twelve|15|20|25|thirty|40|45|90",
    "time": "6 am|half past six|7:15|seven o'clock|8 in the evening|noon|midnight|9:30|quarter to five|ten tonight|5:45 tomorrow|sunrise",
    "day": "today|tomorrow|on Monday|on Tuesday|Wednesday|this weekend|on Friday night|Saturday|next week|Sunday morning|tonight|this afternoon",
    "city": "Lisbon|Oslo|Vienna|Turin|Krakow|Ghent|Porto|Bergen|Leeds|Nantes|Malaga|Tallinn|Zurich|Dublin|Split|Riga|here|the coast|the mountains",
    "artist": "the Paper Foxes|Lena Marlow|Otto and the Tides|Blue Harbour|Miriam Vance|the Night Bakers|Tom Ashgrove|Silver Heron|Kaya Lund|the Velvet Owls",
    "genre": "jazz|old soul|piano music|techno|folk songs|classical|hip hop|lullabies|samba|rock|chill beats|opera|country|funk",
    "food": "milk|bread|eggs|tomatoes|olive oil|coffee|butter|rice|onions|apples|cheese|pasta|oat flakes|bananas|yoghurt|flour|garlic|tea|lemons|chocolate|salmon|carrots",
    "thing": "dish soap|batteries|toilet paper|dog food|light bulbs|washing powder|candles|bin bags|a new sponge|toothpaste|printer paper",
    "meal": "pasta|the roast|the cake|boiled eggs|bread|pizza|tea|the soup|rice|cookies|lasagne",
    "door": "front door|back door|garage door|garden gate|patio door|cellar door|kitchen window|bedroom window",
    "who": "grandma|the kids|Anna|my brother|the neighbours|Peter|the plumber|mum|Sofia|the postman|our guests|uncle Jan",
    "chat": "how are you|tell me a joke|what is your name|who made you|do you like cats|sing me something silly|are you a robot|tell me a story about a dragon|what is the meaning of life|do you dream|say something nice|can you beatbox|what's your favourite colour",
    "fact": "how tall is the Eiffel tower|how far away is the moon|who wrote Hamlet|what is the capital of Peru|how many legs has a spider|when did the Romans leave Britain|what is 17 times 6|how old is the sun|how do you spell rhythm|why is the sea salty|what does serendipity mean",
}
WORDS = {k: v.split("|") for k, v in WORDS.items()}

INTENTS = {
    "lights": """turn (on|off) the {light} in the {room}|switch the {room} {light} (on|off)|make the {room} (brighter|darker)|dim the {light} to {percent}|set the {room} {light} to {colour}|
        it is too (dark|bright) in the {room}|i can't see a thing in the {room}|(kill|drop) the {light} please|more light in the {room}|put the {light} on {colour}|everything off in the {room}, we are going to sleep|
        {colour} {light} in the {room} please|bring the {light} down to {percent}|light up the {room}|is the {light} in the {room} still on|make it cosy, {light} at {percent}|all the {light} off at {time}|
        can it be less bright in the {room}|i left the {room} {light} burning|wake me with soft {colour} {light}|the {room} is pitch black|give me {percent} brightness""",
    "climate": """set the (heating|thermostat|temperature) to {degrees}|set the {room} to {degrees} degrees|make it (warmer|cooler|colder) in the {room}|it is (freezing|boiling|too cold|too hot|chilly|stuffy) in the {room}|
        turn (up|down|on|off) the (heating|radiator|air conditioning|fan|heater) in the {room}|i am (cold|freezing|sweating|shivering)|{degrees} degrees in the {room} please|lower the heating at {time}|
        how warm is it in the {room}|heat the {room} before {time}|the {room} feels like a sauna|the baby's room should not be above {degrees}|switch the (fan|heater|air con) (on|off)|
        dry air in the {room}, start the humidifier|my feet are like ice|warm up the {room}|could it be a bit cooler in here|stop heating the {room}|what is the thermostat at|keep it at {degrees} until {time}""",
    "music": """play (some|a bit of) {genre}|put on {artist}|play something by {artist} in the {room}|next (song|track)|skip this (song|one|track)|turn the (music|volume) (up|down)|(pause|stop|resume) the music|
        what song is this|i want to hear {genre}|shuffle my {genre} playlist|louder please|a little quieter|the new album by {artist}|play it again|mute the speaker in the {room}|some {genre} for dinner|
        who sings this|add this song to my favourites|volume to {percent}|can we have {genre} instead|{genre} in the {room} please|i love this tune, once more|something to dance to""",
    "timer": """set a timer for {minutes} minutes|wake me (up|) at {time}|set an alarm for {time}|remind me in {minutes} minutes|{minutes} minutes for {meal}|cancel the (alarm|timer)|how long is left on the timer|
        snooze for {minutes} minutes|tell me when {minutes} minutes are over|remind me {day} to call {who}|count down from {minutes} minutes|i have to get up at {time}|add {minutes} minutes to the timer|
        don't let me forget {meal} in the oven|let me know at {time}|nap for {minutes} minutes|stop the (ringing|beeping)|is my alarm set for {time}|ring at {time}|start the clock for {meal}|
        remind me to buy {food} {day}|ping me when {meal} should come out""",
    "weather": """what is the weather like {day}|will it rain {day}|do i need an umbrella {day}|how (warm|cold|hot|windy) will it be {day} in {city}|is it going to (snow|freeze|storm) {day}|weather (report|forecast) for {city}|
        what's it like outside|should i take a coat {day}|when does the sun set {day}|is it sunny in {city}|any storms coming {day}|temperature in {city} {day}|can we have a barbecue {day} or will it pour|
        will there be frost {day}|how strong is the wind in {city}|is it dry enough to hang out the washing {day}|give me the forecast {day}|is it nice out|rain or shine {day}|
        how many degrees in {city} right now|is there fog in {city}|can the kids go swimming outside {day}""",
    "shopping": """add {food} to the (shopping list|list)|we need {food} and {food}|put {thing} on the (shopping|) list|(buy|get|order) {food}|we are out of {food}|what is on the shopping list|remove {food} from the list|
        order more {thing}|i used up the last {food}|don't forget the {food} at the shop|cross off {thing}|clear the shopping list|{food}, {food} and {thing}|no {thing} left|how much {food} do we still need to get|
        get {thing} delivered {day}|the fridge is empty, we need {food}|note down {food} for the market|one more {food} for the list|are {food} on the list already|running low on {thing}|send the list to {who}""",
    "security": """(lock|unlock) the {door}|is the {door} (locked|open|closed)|did i (close|lock) the {door}|who is at the {door}|show me the camera (in|at) the {room}|arm the alarm system|turn (on|off) the burglar alarm|
        let {who} in|(open|close|shut) the {door}|someone is at the {door}|was that a noise in the {room}|who came home {day}|check all the doors before {time}|there was a bang in the {room}, have a look|
        did {who} come home|watch the house while we are away {day}|is everything shut|i heard someone in the {room}|give {who} the door code|any motion in the {room}|
        lock up, we are leaving|tell me if somebody opens the {door}""",
    "something else": """{chat}|{chat}|{fact}|{fact}|{fact} please|hello, {chat}|call {who}|send a message to {who}|thank you|good night|good morning|never mind|what can you do|read me the news|how was your day|
        {who} said hello|i am bored|translate cheese into French|you are funny|i didn't mean you|how long is the drive to {city}|tell {who} i will be late|when is {who}'s birthday""",
}
NAMES = list(INTENTS)
PHRASES = {name: [p.strip() for p in re.split(r"\|(?![^(]*\))", text.replace("\n", " "))] for name, text in INTENTS.items()}
UNSEEN = {name: phrases[4::6] for name, phrases in PHRASES.items()}  # wordings kept out of training altogether
SEEN = {name: [p for k, p in enumerate(phrases) if k % 6 != 4] for name, phrases in PHRASES.items()}

BEFORE = "hey|hi|ok|please|um|so|hey there|listen|could you|can you|would you mind:|i think|well|alright|sorry,|one thing,|quickly,|right".split("|")
AFTER = "please|thanks|thank you|now|right away|if you can|for me|ok|when you have a second|would you|asap|again|cheers|love|!|.|?|...".split("|")
ASIDES = "i just came home|we have guests|it has been a long day|{who} is asleep|i am in the {room}|dinner is at {time}|my hands are full|we are having {meal}|{who} comes {day}|the dog is barking|i am reading|it is dark outside|the music is too loud already|i am off to the shop|it is raining|i am tired|{who} asked for it|the {door} is stuck|i am cold".split("|")


def fill(phrase, rng):
    phrase = re.sub(r"\(([^)]*)\)", lambda m: str(rng.choice(m.group(1).split("|"))), phrase)
    return re.sub(r"\{(\w+)\}", lambda m: str(rng.choice(WORDS[m.group(1)])), phrase)


def message(rng, label, phrases):
    text = fill(str(rng.choice(phrases[NAMES[label]])), rng)
    if rng.random() < 0.35:
        text = f"{rng.choice(BEFORE)} {text}"
    if rng.random() < 0.35:
        end = str(rng.choice(AFTER))
        text = text + end if not end[0].isalpha() else f"{text} {end}"
    if rng.random() < 0.35:  # a remark beside the point, often with another intent's words
        aside = fill(str(rng.choice(ASIDES)), rng)
        text = f"{aside}, {text}" if rng.random() < 0.5 else f"{text}, {aside}"
    if rng.random() < 0.2:  # words get lost
        words = text.split()
        if len(words) > 4:
            words.pop(int(rng.integers(len(words))))
        text = " ".join(words)
    if rng.random() < 0.4:
        text = typo(text, rng, 0.05)
    style = rng.random()
    return text.upper() if style < 0.03 else text[0].upper() + text[1:] if style < 0.5 and text else text


def data(split, count, phrases):
    rng = np.random.default_rng([301, split])
    labels = rng.integers(0, len(NAMES), count)
    return [message(rng, int(k), phrases) for k in labels], torch.tensor(labels)


MEDIA = [
    "Could you dim the lamps in the living room to 30 percent, we have guests!",
    "brrr, my feet are like ice",
    "Play something by Lena Marlow in the kitchen please",
    "Wake me up at half past six",
    "do i need an umbrella tomorow?",
    "We are out of coffee and oat flakes",
    "Did I lock the back door?",
    "tell me a joke about a dragon",
    "i am off to the shop, turn off the heating in the office",
    "MAKE IT BRIGHTER IN THE GARAGE",
    "Crème brûlée für Zoë — put eggs on the list, s'il te plaît",
    "",
]


def forget(given, generator):
    """Hide one word piece in eight, so that no single word decides."""
    ids, mask = given
    hide = (torch.rand(ids.shape, generator=generator) < 0.125) & (ids > 4)
    return torch.where(hide, 4, ids), mask


def train():
    print("text-classifier")
    texts, labels = data(0, TRAIN, SEEN)
    tokenizer = train_tokenizer(texts, FOLDER / "models" / "tokenizer.json", 2000)
    torch.manual_seed(3)
    model = TextNet(tokenizer.get_vocab_size(), len(NAMES))
    fit(model, batch_of(tokenizer, texts, 40), labels, epochs=10, augment=forget, batch=64, rate=3e-3, seed=3, smoothing=0.02)
    check, check_labels = data(1, CHECK, SEEN)
    temperature = calibrate(model, batch_of(tokenizer, check), check_labels)
    report = {"held_out_examples": HELD_OUT, "temperature": round(temperature, 3), "vocabulary": tokenizer.get_vocab_size()}
    for key, split, phrases in (("accuracy", 2, SEEN), ("accuracy_on_unseen_wordings", 3, UNSEEN)):
        held, held_labels = data(split, HELD_OUT, phrases)
        given = batch_of(tokenizer, held)
        report[key] = round(accuracy(model, given, held_labels), 4)
        report[f"mistakes_{key}"] = confusions(held_labels.tolist(), predict(model, given)[0].argmax(1).tolist(), NAMES, 5)
    print(json.dumps(report, indent=2))
    axes = {"input_ids": {0: "batch", 1: "sequence"}, "attention_mask": {0: "batch", 1: "sequence"}, "logits": {0: "batch"}, "embedding": {0: "batch"}}
    ids, mask = batch_of(tokenizer, held[:2])
    export(model, FOLDER / "models" / "intents.onnx", {"input_ids": ids, "attention_mask": mask}, ["logits", "embedding"], axes)
    (FOLDER / "models" / "labels.txt").write_text("\n".join(NAMES) + "\n")
    (FOLDER / "accuracy.json").write_text(json.dumps(report, indent=2) + "\n")


def media():
    (FOLDER / "media").mkdir(parents=True, exist_ok=True)
    (FOLDER / "media" / "messages.txt").write_text("\n".join(m for m in MEDIA if m) + "\n")


def reference():
    tokenizer = Tokenizer.from_file(str(FOLDER / "models" / "tokenizer.json"))
    session = session_for(FOLDER / "models" / "intents.onnx")
    results = []
    for text in MEDIA:
        ids = np.array([tokens_of(tokenizer, text)], np.int64)
        logits, embedding = session.run(["logits", "embedding"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        results.append({
            "text": text, "tokens": tokenizer.encode(text).tokens, "input_ids": ids[0].tolist(),
            "logits": [round(float(v), 4) for v in logits[0]], "top": ranked(softmax(logits[0]), NAMES), "embedding_first_4": [round(float(v), 5) for v in embedding[0][:4]],
        })
        print(f"  {text!r}: {results[-1]['top'][0]}")
    (FOLDER / "reference.json").write_text(json.dumps({"versions": versions("tokenizers"), "results": results}, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    wanted = sys.argv[1] if len(sys.argv) > 1 else "all"
    for step in (train, media, reference):
        if wanted in (step.__name__, "all"):
            step()
